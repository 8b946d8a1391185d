using Mandate.Interop.Tests.CSharp;
using Mandate.Interop.Tests.Harness;
using Xunit.Abstractions;

namespace Mandate.Interop.Tests.Features;

/// <summary>What a C# worker does with signals and memo.</summary>
public sealed class CSharpMessageTests(TypeScriptDriver typeScript, ITestOutputHelper output) : MessageTests(typeScript, output)
{
    protected override IWorkerSide Workers { get; } = new CSharpWorkers();
}
