using Google.Protobuf;

namespace Mandate.Engine.Storage;

/// <summary>A part's row, new or replaced.</summary>
internal sealed class PartWritten(long run, PartKind kind, long id, IMessage record) : StoreChange
{
    private readonly byte[] _record = record.ToByteArray();

    public override int Weight => 128 + _record.Length;

    public override void Write(StoreStatements statements) =>
        statements.UpsertPart.Bind(1, run).Bind(2, (long)kind).Bind(3, id).Bind(4, _record).Run();
}
