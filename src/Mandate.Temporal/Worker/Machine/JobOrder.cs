namespace Mandate.Temporal.Worker.Machine;

/// <summary>Order of jobs in one activation. It is part of what replay has to repeat, so it never changes.</summary>
internal enum JobOrder
{
    Start,
    Reseed,
    Message,
    Resolution,

    /// <summary>The end of a local activity: an activation of its own.</summary>
    LocalResolution,
}
