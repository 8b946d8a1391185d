using Mandate.Interop.Tests.Harness;
using Xunit.Abstractions;

namespace Mandate.Interop.Tests.Features;

/// <summary>What a TypeScript worker does with signals and memo.</summary>
public sealed class TypeScriptMessageTests(TypeScriptDriver typeScript, ITestOutputHelper output) : MessageTests(typeScript, output)
{
    protected override IWorkerSide Workers { get; } = new TypeScriptWorkers(typeScript);
}
