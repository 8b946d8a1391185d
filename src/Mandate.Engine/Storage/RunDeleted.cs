namespace Mandate.Engine.Storage;

/// <summary>A run and everything that belongs to it goes.</summary>
internal sealed class RunDeleted(long run) : StoreChange
{
    public override void Write(StoreStatements statements)
    {
        statements.DeleteRunEvents.Bind(1, run).Run();
        statements.DeleteRunParts.Bind(1, run).Run();
        statements.DeleteSearchAttributes.Bind(1, run).Run();
        statements.DeleteRun.Bind(1, run).Run();
    }
}
