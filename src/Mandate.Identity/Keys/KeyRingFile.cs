using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text.Json;
using Mandate.Identity.Files;

namespace Mandate.Identity.Keys;

/// <summary>
/// The ring's file: JSON with a version and, for each key, its id, when it was made, and the private key (PKCS #8). Written beside and renamed, so that it is always whole.
/// </summary>
internal sealed class KeyRingFile(string path)
{
    private const int Version = 1;
    private const int MaximumBytes = 1024 * 1024;
    private const UnixFileMode OfOthers =
        UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    public bool Exists => File.Exists(path);

    /// <summary>Creates the file; when somebody else was faster, his stays.</summary>
    public async Task CreateAsync(ImmutableArray<RingKey> keys, CancellationToken cancellation)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            await PrivateJsonFile.WriteAsync(path, writer => Write(writer, keys), overwrite: false, cancellation).ConfigureAwait(false);
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
            await PrivateJsonFile.WriteAsync(path, writer => Write(writer, keys), overwrite: true, cancellation).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new KeyRingException($"The key ring '{path}' cannot be written, so it was not changed: {e.Message}", e);
        }
    }

    /// <exception cref="KeyRingException">It is missing, unreadable, readable by others, or damaged.</exception>
    public ImmutableArray<RingKey> Read()
    {
        byte[] bytes;
        try
        {
            if (PrivateJsonFile.IsOpenToOthers(path, OfOthers))
                throw new KeyRingException($"The key ring '{path}' can be read or written by others than its owner. Run: chmod 600 '{path}'. If others may have read it, rotate the keys.");
            if (new FileInfo(path).Length > MaximumBytes)
                throw new KeyRingException($"The key ring '{path}' is larger than any key ring. Name another file.");
            bytes = File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new KeyRingException($"The key ring '{path}' is missing. Runs that its keys signed are refused without it: restore it, or allow a new one to be created.", e);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new KeyRingException($"The key ring '{path}' cannot be read: this process lacks the permission.", e);
        }
        catch (IOException e) when (e is not KeyRingException)
        {
            throw new KeyRingException($"The key ring '{path}' cannot be read: {e.Message}", e);
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
                var created = item.GetProperty("created").GetDateTimeOffset();
                keys.Add(new(key, created, item.TryGetProperty("signsFrom", out var from) ? from.GetDateTimeOffset() : created));
            }

            return keys.Count > 0 ? keys.ToImmutable() : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            return null;
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
            writer.WriteString("signsFrom", key.SignsFrom);
            writer.WriteBase64String("privateKey", pkcs8);
            writer.WriteEndObject();
            CryptographicOperations.ZeroMemory(pkcs8);
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }
}
