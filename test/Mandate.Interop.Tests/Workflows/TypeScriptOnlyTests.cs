using Mandate.Interop.Tests.Harness;
using Xunit.Abstractions;

namespace Mandate.Interop.Tests.Workflows;

/// <summary>TypeScript client, TypeScript worker.</summary>
public sealed class TypeScriptOnlyTests(TypeScriptDriver typeScript, ITestOutputHelper output) : WorkflowTests(typeScript, output)
{
    protected override IClientSide Caller => Client;

    protected override IWorkerSide Workers { get; } = new TypeScriptWorkers(typeScript);
}
