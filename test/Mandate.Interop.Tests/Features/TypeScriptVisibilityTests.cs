using Mandate.Interop.Tests.Harness;
using Xunit.Abstractions;

namespace Mandate.Interop.Tests.Features;

/// <summary>What a TypeScript worker does with search attributes and lists.</summary>
public sealed class TypeScriptVisibilityTests(TypeScriptDriver typeScript, ITestOutputHelper output) : VisibilityTests(typeScript, output)
{
    protected override IWorkerSide Workers { get; } = new TypeScriptWorkers(typeScript);
}
