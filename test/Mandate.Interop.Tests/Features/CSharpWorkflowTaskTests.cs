using Mandate.Interop.Tests.CSharp;
using Mandate.Interop.Tests.Harness;
using Xunit.Abstractions;

namespace Mandate.Interop.Tests.Features;

/// <summary>How workflow tasks reach C# workers.</summary>
public sealed class CSharpWorkflowTaskTests(TypeScriptDriver typeScript, ITestOutputHelper output) : WorkflowTaskTests(typeScript, output)
{
    protected override IWorkerSide Workers { get; } = new CSharpWorkers();
}
