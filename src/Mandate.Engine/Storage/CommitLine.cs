namespace Mandate.Engine.Storage;

/// <summary>
/// The memory state a series of units was decided on. Units of one line are committed in order; once one fails, the line is lost: what was decided on top of it
/// fails too, and the state must be read anew from the store under a new line.
/// </summary>
internal sealed class CommitLine
{
    private volatile Exception? _loss;

    /// <summary>Why the line was lost; null while it is good.</summary>
    public Exception? Loss => _loss;

    public void Lose(Exception cause) => _loss ??= cause;
}
