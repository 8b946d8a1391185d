using Mandate.Interop.Tests.CSharp;
using Mandate.Interop.Tests.Harness;
using Xunit.Abstractions;

namespace Mandate.Interop.Tests.Workflows;

/// <summary>TypeScript client, C# worker.</summary>
public sealed class TypeScriptClientCSharpWorkerTests(TypeScriptDriver typeScript, ITestOutputHelper output) : WorkflowTests(typeScript, output)
{
    protected override IClientSide Caller => Client;

    protected override IWorkerSide Workers { get; } = new CSharpWorkers();
}
