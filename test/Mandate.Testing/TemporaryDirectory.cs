namespace Mandate.Testing;

/// <summary>A directory of a test's own, removed at its end.</summary>
public sealed class TemporaryDirectory : IDisposable
{
    /// <summary>Creates it.</summary>
    public TemporaryDirectory() => Path = Directory.CreateTempSubdirectory("mandate-").FullName;

    /// <summary>Its full path.</summary>
    public string Path { get; }

    /// <summary>The path of a file in it.</summary>
    public string File(string name) => System.IO.Path.Combine(Path, name);

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(Path, recursive: true);
}
