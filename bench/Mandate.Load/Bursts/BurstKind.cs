namespace Mandate.Load.Bursts;

/// <summary>What there is much of.</summary>
internal enum BurstKind
{
    /// <summary>Signals to one workflow, from 50 clients.</summary>
    Signals,

    /// <summary>Activities that one workflow starts at once.</summary>
    Activities,

    /// <summary>Children that one workflow starts at once.</summary>
    Children,
}
