using Mandate.Interop.Tests.CSharp;
using Mandate.Interop.Tests.Harness;
using Xunit.Abstractions;

namespace Mandate.Interop.Tests.Features;

/// <summary>What a C# worker does with updates.</summary>
public sealed class CSharpUpdateTests(TypeScriptDriver typeScript, ITestOutputHelper output) : UpdateTests(typeScript, output)
{
    protected override IWorkerSide Workers { get; } = new CSharpWorkers();
}
