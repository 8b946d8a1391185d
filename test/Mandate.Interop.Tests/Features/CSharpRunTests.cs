using Mandate.Interop.Tests.CSharp;
using Mandate.Interop.Tests.Harness;
using Xunit.Abstractions;

namespace Mandate.Interop.Tests.Features;

/// <summary>What a C# worker does with runs and their relations.</summary>
public sealed class CSharpRunTests(TypeScriptDriver typeScript, ITestOutputHelper output) : RunTests(typeScript, output)
{
    protected override IWorkerSide Workers { get; } = new CSharpWorkers();
}
