namespace Mandate.Identity.Files;

/// <summary>How the content of a <see cref="WatchedFile{T}"/> is read and written.</summary>
internal interface IWatchedContent<T>
{
    /// <exception cref="IOException">It cannot be read.</exception>
    T Read();

    /// <exception cref="IOException">It cannot be written.</exception>
    Task WriteAsync(T content, CancellationToken cancellation);

    /// <summary>What to keep of what was read before, such as objects that are expensive to make; <paramref name="after"/> is what counts.</summary>
    T Merge(T before, T after) => after;

    /// <summary>Told after another process's change was taken over.</summary>
    void WasRead(T content);

    /// <summary>Told after another process's change could not be.</summary>
    void WasUnreadable(IOException error);
}
