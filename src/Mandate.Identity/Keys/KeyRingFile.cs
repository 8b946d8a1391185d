using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text.Json;
using Mandate.Identity.Files;
using Microsoft.Extensions.Logging;

namespace Mandate.Identity.Keys;

/// <summary>
/// A ring's file: JSON with a version and, for each key, its id, when it was made, from when on it is used, and the key. Written beside and renamed, so that it is always whole.
/// </summary>
internal sealed partial class KeyRingFile<T>(string path, IKeyFormat<T> format, ILogger logger) : IWatchedContent<KeyRingContent<T>>
    where T : class, IDisposable
{
    private const int Version = 1;
    private const int MaximumBytes = 1024 * 1024;

    private const UnixFileMode OfOthers =
        UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    private readonly ILogger _logger = logger;

    public bool Exists => File.Exists(path);

    /// <summary>Creates the file; when somebody else was faster, his stays.</summary>
    public async Task CreateAsync(RingKey<T> first, CancellationToken cancellation)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            await PrivateJsonFile.WriteAsync(path, writer => Write(writer, [first]), overwrite: false, cancellation).ConfigureAwait(false);
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
    public async Task WriteAsync(KeyRingContent<T> content, CancellationToken cancellation)
    {
        try
        {
            await PrivateJsonFile.WriteAsync(path, writer => Write(writer, content.Keys), overwrite: true, cancellation).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new KeyRingException($"The key ring '{path}' cannot be written, so it was not changed: {e.Message}", e);
        }
    }

    /// <exception cref="KeyRingException">It is missing, unreadable, readable by others, or damaged.</exception>
    public KeyRingContent<T> Read()
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
            throw new KeyRingException($"The key ring '{path}' is missing. What its keys signed or sealed cannot be used without it: restore it, or allow a new one to be created.", e);
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

    /// <summary>Keys that are known already stay the same objects. Those that went may be in use by another thread, so they are left to the garbage collector.</summary>
    public KeyRingContent<T> Merge(KeyRingContent<T> before, KeyRingContent<T> after) =>
        new([.. after.Keys.Select(k => before.Keys.FirstOrDefault(old => format.IdOf(old.Key) == format.IdOf(k.Key)) is { } same ? k with { Key = same.Key } : k)]);

    public void WasRead(KeyRingContent<T> content) => LogRead(path, content.Keys.Length);

    public void WasUnreadable(IOException error) => LogUnreadable(error, path);

    private KeyRingContent<T>? Parse(byte[] bytes)
    {
        try
        {
            using var document = JsonDocument.Parse(bytes);
            var root = document.RootElement;
            if (root.GetProperty("version").GetInt32() != Version)
                return null;
            var keys = ImmutableArray.CreateBuilder<RingKey<T>>();
            foreach (var entry in root.GetProperty("keys").EnumerateArray())
            {
                if (entry.GetProperty("id").GetString() is not { } id || format.Read(id, entry) is not { } key || keys.Any(k => format.IdOf(k.Key) == id))
                    return null;
                var created = entry.GetProperty("created").GetDateTimeOffset();
                keys.Add(new(key, created, entry.TryGetProperty("from", out var from) ? from.GetDateTimeOffset() : created));
            }

            return keys.Count > 0 ? new(keys.ToImmutable()) : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            return null;
        }
    }

    private void Write(Utf8JsonWriter writer, ImmutableArray<RingKey<T>> keys)
    {
        writer.WriteStartObject();
        writer.WriteNumber("version", Version);
        writer.WriteStartArray("keys");
        foreach (var key in keys)
        {
            writer.WriteStartObject();
            writer.WriteString("id", format.IdOf(key.Key));
            writer.WriteString("created", key.Created);
            writer.WriteString("from", key.From);
            format.Write(writer, key.Key);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    [LoggerMessage(EventId = 1, EventName = "KeyRingRead", Level = LogLevel.Information, Message = "The key ring '{Path}' changed: it holds {Count} keys now")]
    private partial void LogRead(string path, int count);

    [LoggerMessage(EventId = 2, EventName = "KeyRingUnreadable", Level = LogLevel.Error, Message = "The key ring '{Path}' changed and cannot be used; the keys read before stay in force")]
    private partial void LogUnreadable(Exception error, string path);
}
