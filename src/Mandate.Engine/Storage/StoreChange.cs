namespace Mandate.Engine.Storage;

/// <summary>One row to write. What can be computed beforehand (serialisation, checksums) is computed by the thread that decides, not by the writer.</summary>
internal abstract class StoreChange
{
    /// <summary>Bytes held while the change waits, roughly; the queue is bounded by their sum.</summary>
    public virtual int Weight => 128;

    public abstract void Write(StoreStatements statements);
}
