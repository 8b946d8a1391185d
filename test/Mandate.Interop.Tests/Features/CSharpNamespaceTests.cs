using Mandate.Interop.Tests.CSharp;
using Mandate.Interop.Tests.Harness;
using Xunit.Abstractions;

namespace Mandate.Interop.Tests.Features;

/// <summary>Namespaces with a C# worker.</summary>
public sealed class CSharpNamespaceTests(TypeScriptDriver typeScript, ITestOutputHelper output) : NamespaceTests(typeScript, output)
{
    protected override IWorkerSide Workers { get; } = new CSharpWorkers();
}
