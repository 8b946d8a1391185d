namespace Mandate.Load.Wide;

/// <summary>What the parent's next run has to know.</summary>
public sealed class WideState
{
    /// <summary>Children started so far.</summary>
    public int Started { get; set; }
}
