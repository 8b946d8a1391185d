using Google.Protobuf;
using Mandate.Engine.Storage.Records;

namespace Mandate.Engine.Storage;

/// <summary>A namespace, new or changed.</summary>
internal sealed class NamespaceWritten(int key, string name, NamespaceRecord record) : StoreChange
{
    private readonly byte[] _record = record.ToByteArray();

    public override void Write(StoreStatements statements) =>
        statements.UpsertNamespace.Bind(1, key).Bind(2, name).Bind(3, _record).Run();
}
