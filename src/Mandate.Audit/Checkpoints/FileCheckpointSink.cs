using System.Globalization;
using Mandate.Audit.Storage.Sqlite;

namespace Mandate.Audit.Checkpoints;

/// <summary>Keeps checkpoints as files: a directory a tenant, a file a checkpoint, named by its size. Put it on another machine's disk, or one that cannot be overwritten.</summary>
/// <param name="directory">Where; made when missing.</param>
public sealed class FileCheckpointSink(string directory) : IAuditCheckpointSink
{
    /// <summary>Ending of a checkpoint's file.</summary>
    public const string Extension = ".checkpoint";

    /// <inheritdoc/>
    public string Name => "file";

    /// <inheritdoc/>
    public async Task PublishAsync(string tenant, AuditCheckpoint checkpoint, CancellationToken cancellation)
    {
        var folder = Path.Combine(directory, TenantPath.Of(tenant));
        Directory.CreateDirectory(folder);
        var path = Path.Combine(folder, checkpoint.Size.ToString("D20", CultureInfo.InvariantCulture) + Extension);
        if (File.Exists(path))
            return;
        // Never half a file under the final name.
        var partial = path + ".partial";
        var file = new FileStream(partial, PrivateFile.Options(FileMode.Create, FileAccess.Write, FileShare.None));
        await using (file.ConfigureAwait(false))
        {
            await file.WriteAsync(System.Text.Encoding.UTF8.GetBytes(checkpoint.Note), cancellation).ConfigureAwait(false);
            file.Flush(flushToDisk: true);
        }

        File.Move(partial, path, overwrite: true);
    }
}
