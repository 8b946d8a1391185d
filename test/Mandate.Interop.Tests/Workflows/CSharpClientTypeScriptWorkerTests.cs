using Mandate.Interop.Tests.CSharp;
using Mandate.Interop.Tests.Harness;
using Xunit.Abstractions;

namespace Mandate.Interop.Tests.Workflows;

/// <summary>C# client, TypeScript worker.</summary>
public sealed class CSharpClientTypeScriptWorkerTests(TypeScriptDriver typeScript, ITestOutputHelper output) : WorkflowTests(typeScript, output)
{
    private CSharpClient? _caller;

    protected override IClientSide Caller => _caller!;

    protected override IWorkerSide Workers { get; } = new TypeScriptWorkers(typeScript);

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        _caller = Keep(CSharpClient.On(Address));
    }
}
