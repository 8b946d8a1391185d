using Mandate.Interop.Tests.CSharp;
using Mandate.Interop.Tests.Harness;
using Xunit.Abstractions;

namespace Mandate.Interop.Tests.Features;

/// <summary>What a C# worker does with search attributes and lists.</summary>
public sealed class CSharpVisibilityTests(TypeScriptDriver typeScript, ITestOutputHelper output) : VisibilityTests(typeScript, output)
{
    protected override IWorkerSide Workers { get; } = new CSharpWorkers();
}
