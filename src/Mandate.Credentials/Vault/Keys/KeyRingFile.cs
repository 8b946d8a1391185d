using System.Security.Cryptography;
using System.Text.Json;

namespace Mandate.Credentials.Vault.Keys;

/// <summary>The key ring's file: JSON with a version and, for each key, its id, when it was made, and its bytes. Written beside and renamed, so that it is always whole.</summary>
internal static class KeyRingFile
{
    private const int Version = 1;
    private const int MaximumBytes = 1024 * 1024;
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    public static async Task<IReadOnlyList<KeyRingKey>> ReadAsync(string path, CancellationToken cancellation)
    {
        byte[] bytes;
        try
        {
            if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & ~OwnerOnly) != UnixFileMode.None)
                throw new KeyRingException($"The vault's key ring '{path}' can be read or written by others than its owner. Run: chmod 600 '{path}'. If others may have read it, rotate the keys.");
            if (new FileInfo(path).Length > MaximumBytes)
                throw new KeyRingException($"The vault's key ring '{path}' is larger than any key ring. Name another file.");
            bytes = await File.ReadAllBytesAsync(path, cancellation).ConfigureAwait(false);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new KeyRingException($"The vault's key ring '{path}' is missing. The secrets in the vault cannot be read without it: restore it from a backup.", e);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new KeyRingException($"The vault's key ring '{path}' cannot be read: this process lacks the permission.", e);
        }

        try
        {
            return Parse(bytes) ?? throw new KeyRingException($"The vault's key ring '{path}' is damaged, or of a newer version. Restore it from a backup.");
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
        }
    }

    public static IReadOnlyList<KeyRingKey>? Parse(byte[] bytes)
    {
        try
        {
            using var document = JsonDocument.Parse(bytes);
            if (document.RootElement.GetProperty("version").GetInt32() != Version)
                return null;
            var keys = document.RootElement.GetProperty("keys").EnumerateArray()
                .Select(k => new KeyRingKey(k.GetProperty("id").GetString()!, new(k.GetProperty("key").GetBytesFromBase64()), k.GetProperty("created").GetDateTimeOffset()))
                .ToList();
            return keys.Count > 0 && keys.TrueForAll(k => k.Id.Length > 0 && k.Bytes.Reveal().Length == AesGcmBox.KeyBytes) && keys.DistinctBy(k => k.Id).Count() == keys.Count ? keys : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or FormatException or NullReferenceException)
        {
            return null;
        }
    }

    /// <exception cref="KeyRingException">It cannot be written.</exception>
    public static async Task WriteAsync(string path, IReadOnlyList<KeyRingKey> keys, bool overwrite, CancellationToken cancellation)
    {
        var beside = $"{path}.{RandomNumberGenerator.GetHexString(12, lowercase: true)}";
        try
        {
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Options = FileOptions.Asynchronous };
            if (!OperatingSystem.IsWindows())
                options.UnixCreateMode = OwnerOnly;
            var file = new FileStream(beside, options);
            await using (file.ConfigureAwait(false))
            {
                await file.WriteAsync(Write(keys), cancellation).ConfigureAwait(false);
                file.Flush(flushToDisk: true);
            }

            File.Move(beside, path, overwrite);
            // The new name has to be on disk before anything is wrapped under a new key: a file's flush takes its rename with it.
            var renamed = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
            await using (renamed.ConfigureAwait(false))
                renamed.Flush(flushToDisk: true);
        }
        catch (IOException) when (!overwrite && File.Exists(path))
        {
            // Somebody else was faster: his key is as good as ours.
            File.Delete(beside);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new KeyRingException($"The vault's key ring '{path}' cannot be written, so it was not changed: {e.Message}", e);
        }
    }

    private static byte[] Write(IReadOnlyList<KeyRingKey> keys)
    {
        using var bytes = new MemoryStream();
        using (var writer = new Utf8JsonWriter(bytes, new() { Indented = true }))
        {
            writer.WriteStartObject();
            writer.WriteNumber("version", Version);
            writer.WriteStartArray("keys");
            foreach (var key in keys)
            {
                writer.WriteStartObject();
                writer.WriteString("id", key.Id);
                writer.WriteString("created", key.Created);
                writer.WriteBase64String("key", key.Bytes.Reveal());
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        return bytes.ToArray();
    }
}
