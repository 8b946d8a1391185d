using Mandate.Interop.Tests.CSharp;
using Mandate.Interop.Tests.Harness;
using Xunit.Abstractions;

namespace Mandate.Interop.Tests.Workflows;

/// <summary>C# client, TypeScript worker, one codec.</summary>
public sealed class SealedCSharpClientTests(TypeScriptDriver typeScript, ITestOutputHelper output) : SealedTests(typeScript, output)
{
    private CSharpClient? _caller;

    protected override IClientSide Caller => _caller!;

    protected override IWorkerSide Workers { get; } = new TypeScriptWorkers(typeScript, seal: true);

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        _caller = Keep(CSharpClient.On(Address, Converter));
    }
}
