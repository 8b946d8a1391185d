using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text.Json;

namespace Mandate.Gateway.Tasks;

/// <summary>The keys' file: JSON with a version and, for each key, its id, when it was made, and the secret. Written beside and renamed, so that it is always whole.</summary>
internal sealed class TaskTokenKeyFile(string path)
{
    private const int Version = 1;
    private const int MaximumBytes = 256 * 1024;
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    public bool Exists => File.Exists(path);

    /// <summary>Creates the file; when another process was faster, its keys stay.</summary>
    public void Create(ImmutableArray<TaskTokenKey> keys)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            Write(keys, overwrite: false);
        }
        catch (IOException) when (Exists)
        {
            // The other one's key is as good as ours.
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new TokenKeyException($"The token keys '{path}' cannot be created: {e.Message}", e);
        }
    }

    public void Replace(ImmutableArray<TaskTokenKey> keys)
    {
        try
        {
            Write(keys, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new TokenKeyException($"The token keys '{path}' cannot be written, so they were not changed: {e.Message}", e);
        }
    }

    public ImmutableArray<TaskTokenKey> Read()
    {
        byte[] bytes;
        try
        {
            if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & ~(OwnerOnly | UnixFileMode.UserExecute)) != UnixFileMode.None)
                throw new TokenKeyException($"The token keys '{path}' can be read or written by others than their owner. Run: chmod 600 '{path}'. If others may have read them, delete the file: a new one is made at start.");
            if (new FileInfo(path).Length > MaximumBytes)
                throw new TokenKeyException($"The token keys '{path}' are larger than any such file. Name another file.");
            bytes = File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new TokenKeyException($"The token keys '{path}' cannot be read: {e.Message}", e);
        }

        try
        {
            return Parse(bytes) ?? throw new TokenKeyException($"The token keys '{path}' are damaged, or of a newer version. Delete the file to have a new one made; workers then repeat the tasks they have in hand.");
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
        }
    }

    private static ImmutableArray<TaskTokenKey>? Parse(byte[] bytes)
    {
        try
        {
            using var document = JsonDocument.Parse(bytes);
            if (document.RootElement.GetProperty("version").GetInt32() != Version)
                return null;
            var keys = document.RootElement.GetProperty("keys").EnumerateArray()
                .Select(k => new TaskTokenKey(Convert.FromHexString(k.GetProperty("id").GetString()!), k.GetProperty("created").GetDateTimeOffset(), k.GetProperty("secret").GetBytesFromBase64()))
                .ToImmutableArray();
            return keys.Length > 0 && keys.All(k => k is { Id.Length: TaskTokenKeys.KeyIdBytes, Secret.Length: TaskTokenKeys.SecretBytes }) ? keys : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            return null;
        }
    }

    private void Write(ImmutableArray<TaskTokenKey> keys, bool overwrite)
    {
        var beside = $"{path}.{Guid.NewGuid():N}";
        try
        {
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
                options.UnixCreateMode = OwnerOnly;
            using (var file = new FileStream(beside, options))
            {
                using (var writer = new Utf8JsonWriter(file, new() { Indented = true }))
                    Write(writer, keys);
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

    private static void Write(Utf8JsonWriter writer, ImmutableArray<TaskTokenKey> keys)
    {
        writer.WriteStartObject();
        writer.WriteNumber("version", Version);
        writer.WriteStartArray("keys");
        foreach (var key in keys)
        {
            writer.WriteStartObject();
            writer.WriteString("id", key.ToString());
            writer.WriteString("created", key.Created);
            writer.WriteBase64String("secret", key.Secret);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }
}
