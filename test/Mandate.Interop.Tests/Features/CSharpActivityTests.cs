using Mandate.Interop.Tests.CSharp;
using Mandate.Interop.Tests.Harness;
using Xunit.Abstractions;

namespace Mandate.Interop.Tests.Features;

/// <summary>What a C# worker does with activities.</summary>
public sealed class CSharpActivityTests(TypeScriptDriver typeScript, ITestOutputHelper output) : ActivityTests(typeScript, output)
{
    protected override IWorkerSide Workers { get; } = new CSharpWorkers();
}
