namespace Mandate.Load.Cascade;

/// <summary>What an activity had in its hands.</summary>
/// <param name="Epoch">Epoch of its token.</param>
/// <param name="At">When, by the clock of <see cref="System.Diagnostics.Stopwatch"/> of the worker's process.</param>
public sealed record CascadeCall(long Epoch, long At);
