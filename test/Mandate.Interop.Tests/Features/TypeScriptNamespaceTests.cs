using Mandate.Interop.Tests.Harness;
using Xunit.Abstractions;

namespace Mandate.Interop.Tests.Features;

/// <summary>Namespaces with a TypeScript worker.</summary>
public sealed class TypeScriptNamespaceTests(TypeScriptDriver typeScript, ITestOutputHelper output) : NamespaceTests(typeScript, output)
{
    protected override IWorkerSide Workers { get; } = new TypeScriptWorkers(typeScript);
}
