namespace Mandate.Faults.Tests.Footprint;

/// <summary>Tests that count what the whole process has open run beside no others.</summary>
[CollectionDefinition(nameof(RunsAlone), DisableParallelization = true)]
public sealed class RunsAlone;
