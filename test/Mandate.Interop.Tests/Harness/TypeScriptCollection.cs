namespace Mandate.Interop.Tests.Harness;

/// <summary>Tests that share the Node process; they run one after another.</summary>
[CollectionDefinition(Name)]
public sealed class TypeScriptCollection : ICollectionFixture<TypeScriptDriver>
{
    public const string Name = "TypeScript";
}
