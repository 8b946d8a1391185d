using Mandate.Audit.Checkpoints;

namespace Mandate.Commands.Audit;

/// <summary>Reads checkpoints and keys named on the command line.</summary>
internal static class CheckpointFiles
{
    /// <summary>The checkpoints of a file, or of all files with that ending in a directory and those below.</summary>
    /// <exception cref="InvalidDataException">A file holds no checkpoint.</exception>
    public static IEnumerable<AuditCheckpoint> Read(string path)
    {
        string[] files = Directory.Exists(path) ? Directory.GetFiles(path, "*" + FileCheckpointSink.Extension, SearchOption.AllDirectories) : [path];
        if (files.Length == 0)
            throw new InvalidDataException($"The directory '{path}' holds no checkpoints.");
        foreach (var file in files.Order(StringComparer.Ordinal))
        {
            yield return AuditCheckpoint.TryParse(File.ReadAllText(file), out var checkpoint)
                ? checkpoint
                : throw new InvalidDataException($"The file '{file}' holds no checkpoint.");
        }
    }

    /// <summary>A key, given itself or by a file.</summary>
    /// <exception cref="InvalidDataException">It is no key.</exception>
    public static AuditCheckpointKey? Key(string? given)
    {
        if (given is null)
            return null;
        var text = File.Exists(given) ? File.ReadAllText(given) : given;
        return AuditCheckpointKey.TryParse(text, out var key) ? key : throw new InvalidDataException("The value of --key is not a public key of the form name+id+key, and no file that holds one.");
    }
}
