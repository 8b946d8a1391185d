using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;

namespace Mandate.Identity.Keys;

/// <summary>
/// The ring's file: JSON with a version and, for each key, its id, when it was made, and the private key (PKCS #8). Written beside and renamed, so that it is always whole.
/// </summary>
internal sealed class KeyRingFile(string path)
{
    private const int Version = 1;
    private const int MaximumBytes = 1024 * 1024;
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    public bool Exists => File.Exists(path);

    /// <summary>Creates the file; when somebody else was faster, his stays.</summary>
    public async Task CreateAsync(ImmutableArray<RingKey> keys, CancellationToken cancellation)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            await WriteAsync(keys, overwrite: false, cancellation).ConfigureAwait(false);
        }
        catch (IOException) when (Exists)
        {
            // The other one's key is as good as ours.
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new KeyRingException($"The key ring '{path}' cannot be created: {e.Message}", e);
        }
    }

    /// <exception cref="KeyRingException">It cannot be written.</exception>
    public async Task ReplaceAsync(ImmutableArray<RingKey> keys, CancellationToken cancellation)
    {
        try
        {
            await WriteAsync(keys, overwrite: true, cancellation).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new KeyRingException($"The key ring '{path}' cannot be written, so it was not changed: {e.Message}", e);
        }
    }

    /// <exception cref="KeyRingException">It is missing, unreadable, readable by others, or damaged.</exception>
    public async Task<ImmutableArray<RingKey>> ReadAsync(CancellationToken cancellation)
    {
        byte[] bytes;
        try
        {
            if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & ~(OwnerOnly | UnixFileMode.UserExecute)) != UnixFileMode.None)
                throw new KeyRingException($"The key ring '{path}' can be read or written by others than its owner. Run: chmod 600 '{path}'. If others may have read it, rotate the keys.");
            if (new FileInfo(path).Length > MaximumBytes)
                throw new KeyRingException($"The key ring '{path}' is larger than any key ring. Name another file.");
            bytes = await File.ReadAllBytesAsync(path, cancellation).ConfigureAwait(false);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new KeyRingException($"The key ring '{path}' is missing. Runs that its keys signed are refused without it: restore it, or allow a new one to be created.", e);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new KeyRingException($"The key ring '{path}' cannot be read: this process lacks the permission.", e);
        }

        try
        {
            return Parse(bytes) ?? throw new KeyRingException($"The key ring '{path}' is damaged, or of a newer version. Restore it from a backup.");
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
        }
    }

    private static ImmutableArray<RingKey>? Parse(byte[] bytes)
    {
        try
        {
            using var document = JsonDocument.Parse(bytes);
            var root = document.RootElement;
            if (root.GetProperty("version").GetInt32() != Version)
                return null;
            var keys = ImmutableArray.CreateBuilder<RingKey>();
            foreach (var item in root.GetProperty("keys").EnumerateArray())
            {
                var pkcs8 = item.GetProperty("privateKey").GetBytesFromBase64();
                var key = EcKey.FromPkcs8(pkcs8);
                CryptographicOperations.ZeroMemory(pkcs8);
                if (key is null || key.Id != item.GetProperty("id").GetString())
                    return null;
                keys.Add(new(key, item.GetProperty("created").GetDateTimeOffset()));
            }

            return keys.Count > 0 ? keys.ToImmutable() : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            return null;
        }
    }

    private async Task WriteAsync(ImmutableArray<RingKey> keys, bool overwrite, CancellationToken cancellation)
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
                    Write(writer, keys);
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

    private static void Write(Utf8JsonWriter writer, ImmutableArray<RingKey> keys)
    {
        writer.WriteStartObject();
        writer.WriteNumber("version", Version);
        writer.WriteStartArray("keys");
        foreach (var key in keys)
        {
            var pkcs8 = key.Key.ToPkcs8();
            writer.WriteStartObject();
            writer.WriteString("id", key.Key.Id);
            writer.WriteString("created", key.Created);
            writer.WriteBase64String("privateKey", pkcs8);
            writer.WriteEndObject();
            CryptographicOperations.ZeroMemory(pkcs8);
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }
}
