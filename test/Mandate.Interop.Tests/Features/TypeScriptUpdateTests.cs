using Mandate.Interop.Tests.Harness;
using Xunit.Abstractions;

namespace Mandate.Interop.Tests.Features;

/// <summary>What a TypeScript worker does with updates.</summary>
public sealed class TypeScriptUpdateTests(TypeScriptDriver typeScript, ITestOutputHelper output) : UpdateTests(typeScript, output)
{
    protected override IWorkerSide Workers { get; } = new TypeScriptWorkers(typeScript);
}
