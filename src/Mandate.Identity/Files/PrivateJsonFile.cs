using System.Globalization;
using System.Text.Json;

namespace Mandate.Identity.Files;

/// <summary>Writes JSON files that only their owner may read: beside, flushed, then renamed, so that a reader always finds a whole one.</summary>
internal static class PrivateJsonFile
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Whether others than the owner have any of these rights. Windows keeps rights elsewhere.</summary>
    public static bool IsOpenToOthers(string path, UnixFileMode rights) => !OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & rights) != UnixFileMode.None;

    /// <exception cref="IOException">It cannot be written, or is there although it must not be overwritten.</exception>
    /// <exception cref="UnauthorizedAccessException">It must not be written.</exception>
    public static async Task WriteAsync(string path, Action<Utf8JsonWriter> write, bool overwrite, CancellationToken cancellation)
    {
        var beside = $"{path}.{Guid.NewGuid().ToString("N", CultureInfo.InvariantCulture)}";
        try
        {
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Options = FileOptions.Asynchronous };
            if (!OperatingSystem.IsWindows())
                options.UnixCreateMode = OwnerOnly;
            var file = new FileStream(beside, options);
            await using (file.ConfigureAwait(false))
            {
                var writer = new Utf8JsonWriter(file, new() { Indented = true });
                await using (writer.ConfigureAwait(false))
                    write(writer);
                await file.FlushAsync(cancellation).ConfigureAwait(false);
                file.Flush(flushToDisk: true);
            }

            File.Move(beside, path, overwrite);
        }
        catch
        {
            File.Delete(beside);
            throw;
        }
    }
}
