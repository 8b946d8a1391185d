using Mandate.Interop.Tests.Harness;
using Xunit.Abstractions;

namespace Mandate.Interop.Tests.Features;

/// <summary>What a TypeScript worker does with runs and their relations.</summary>
public sealed class TypeScriptRunTests(TypeScriptDriver typeScript, ITestOutputHelper output) : RunTests(typeScript, output)
{
    protected override IWorkerSide Workers { get; } = new TypeScriptWorkers(typeScript);
}
