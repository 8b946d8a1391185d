using Mandate.Interop.Tests.Harness;
using Xunit.Abstractions;

namespace Mandate.Interop.Tests.Features;

/// <summary>What a TypeScript worker does with activities.</summary>
public sealed class TypeScriptActivityTests(TypeScriptDriver typeScript, ITestOutputHelper output) : ActivityTests(typeScript, output)
{
    protected override IWorkerSide Workers { get; } = new TypeScriptWorkers(typeScript);
}
