using Mandate.Audit;
using Mandate.Audit.Checkpoints;
using Mandate.Audit.Recording;
using Mandate.Audit.Retention;
using Mandate.Audit.Streaming;
using Mandate.Configuration;

namespace Mandate.Hosting;

/// <summary>The ledger as the settings say, with what it sends to others and what signs its checkpoints.</summary>
internal sealed class ServiceLedger : IAsyncDisposable
{
    private readonly AuditCheckpointSigner _signer;
    private readonly HttpClient _http;

    private ServiceLedger(AuditLedger ledger, AuditRecorder recorder, AuditCheckpointSigner signer, HttpClient http)
    {
        Ledger = ledger;
        Recorder = recorder;
        _signer = signer;
        _http = http;
    }

    /// <summary>The ledger.</summary>
    public AuditLedger Ledger { get; }

    /// <summary>Records what callers do, or refuses it.</summary>
    public AuditRecorder Recorder { get; }

    /// <summary>The key its checkpoints are verified with.</summary>
    public AuditCheckpointKey CheckpointKey => _signer.Key;

    /// <summary>Where the ledger is when it is a file.</summary>
    public static string FileIn(MandateOptions options) => Path.Combine(options.DataDirectory, ServiceIdentity.LedgerDirectory, "ledger.db");

    /// <summary>Connection string of the database, from the setting or its file; null when the ledger is a file.</summary>
    public static string? ConnectionString(MandateOptions options) =>
        options.Audit.ConnectionString ?? (options.Audit.ConnectionStringFile is { } file ? File.ReadAllText(file).Trim() : null);

    /// <summary>Reads the checkpoint key, or makes one.</summary>
    /// <exception cref="ConfigurationException">The file holds none.</exception>
    public static AuditCheckpointSigner OpenSigner(MandateOptions options, bool createWhenMissing = true)
    {
        var file = options.Audit.Checkpoints.KeyFile ?? Path.Combine(options.DataDirectory, "audit-checkpoint-key.pem");
        if (!createWhenMissing && !File.Exists(file))
            throw new ConfigurationException($"There is no checkpoint key '{file}' yet: the service makes it when it starts. Correct --data-directory or Mandate:Audit:Checkpoints:KeyFile.");
        try
        {
            return AuditCheckpointSigner.LoadOrCreate(file, options.Audit.Checkpoints.Name);
        }
        catch (Exception e) when (e is InvalidDataException or ArgumentException)
        {
            throw new ConfigurationException($"Mandate:Audit:Checkpoints: {e.Message}");
        }
    }

    /// <summary>Opens the ledger.</summary>
    /// <exception cref="AuditStoreException">The store is not a ledger, or damaged, or cannot be reached.</exception>
    public static async Task<ServiceLedger> OpenAsync(MandateOptions options, ILoggerFactory loggers, CancellationToken cancellation)
    {
        var signer = OpenSigner(options);
        var http = new HttpClient { Timeout = TimeSpan.FromSeconds(30) };
        try
        {
            var connectionString = ConnectionString(options);
            var settings = options.Audit;
            var ledger = await AuditLedger.OpenAsync(
                new AuditLedgerOptions
                {
                    Path = connectionString is null ? FileIn(options) : null,
                    ConnectionString = connectionString,
                    Checkpoints = new AuditCheckpointOptions { Signer = signer, EveryEvents = settings.Checkpoints.EveryEvents, Every = settings.Checkpoints.Every, Sinks = [.. Sinks(settings.Checkpoints, http)] },
                    Streams = [.. Streams(settings.Streams, http)],
                    Retention = settings.KeepFor is { } keep ? new AuditRetentionOptions { KeepFor = keep, ArchiveDirectory = settings.ArchiveDirectory! } : null,
                    LoggerFactory = loggers,
                },
                cancellation);
            return new(ledger, new AuditRecorder(ledger, new AuditRecorderOptions { Buffered = settings.Buffered, Capacity = settings.BufferCapacity, LoggerFactory = loggers }), signer, http);
        }
        catch
        {
            signer.Dispose();
            http.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Recorder.DisposeAsync();
        await Ledger.DisposeAsync();
        _signer.Dispose();
        _http.Dispose();
    }

    private static IEnumerable<IAuditCheckpointSink> Sinks(AuditCheckpointSettings settings, HttpClient http)
    {
        if (settings.Directory is { } directory)
            yield return new FileCheckpointSink(directory);
        if (settings.Address is { } address)
            yield return new HttpCheckpointSink(http, new Uri(address));
        if (settings.S3 is { } s3)
        {
            yield return new S3CheckpointSink(http, new S3CheckpointSinkOptions
            {
                Endpoint = new Uri(s3.Endpoint!),
                Region = s3.Region,
                Bucket = s3.Bucket!,
                Prefix = s3.Prefix,
                Credentials = async cancellation => (s3.AccessKeyId!, (await File.ReadAllTextAsync(s3.SecretAccessKeyFile!, cancellation)).Trim()),
            });
        }
    }

    private static IEnumerable<IAuditEventSink> Streams(AuditStreamSettings settings, HttpClient http)
    {
        if (settings.File is { } file)
            yield return new JsonLinesSink(file);
        if (settings.WebhookAddress is { } webhook)
            yield return new WebhookSink(http, new Uri(webhook), async cancellation => Convert.FromBase64String((await File.ReadAllTextAsync(settings.WebhookKeyFile!, cancellation)).Trim()));
        if (settings.OtlpEndpoint is { } otlp)
            yield return new OtlpSink(http, new Uri(otlp));
    }
}
