namespace Mandate.Stateful.Tests.Harness;

/// <summary>Tests that count what the whole process does, or that take the whole machine, run beside no others.</summary>
[CollectionDefinition(nameof(RunsAlone), DisableParallelization = true)]
public sealed class RunsAlone;
