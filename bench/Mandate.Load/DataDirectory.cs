namespace Mandate.Load;

/// <summary>A fresh directory for one measurement's engine, removed afterwards.</summary>
internal sealed class DataDirectory : IDisposable
{
    internal DataDirectory(DirectoryInfo root)
    {
        root.Create();
        Path = root.CreateSubdirectory(Guid.NewGuid().ToString("N")).FullName;
    }

    internal string Path { get; }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
