namespace Mandate.Stateful.Tests.Harness;

/// <summary>Tests that count what the whole process does run beside no others.</summary>
[CollectionDefinition(nameof(CountsAlone), DisableParallelization = true)]
public sealed class CountsAlone;
