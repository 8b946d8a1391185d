using Mandate.Interop.Tests.CSharp;
using Mandate.Interop.Tests.Harness;
using Xunit.Abstractions;

namespace Mandate.Interop.Tests.Workflows;

/// <summary>TypeScript client, C# worker, one codec.</summary>
public sealed class SealedTypeScriptClientTests(TypeScriptDriver typeScript, ITestOutputHelper output) : SealedTests(typeScript, output)
{
    protected override IClientSide Caller => Client;

    protected override IWorkerSide Workers { get; } = new CSharpWorkers(SealedConverter.Instance);
}
