namespace Mandate.Engine.Storage;

/// <summary>A part's row goes; nothing happens when there is none.</summary>
internal sealed class PartDeleted(long run, PartKind kind, long id) : StoreChange
{
    public override void Write(StoreStatements statements) =>
        statements.DeletePart.Bind(1, run).Bind(2, (long)kind).Bind(3, id).Run();
}
