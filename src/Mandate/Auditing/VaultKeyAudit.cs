using Mandate.Audit;
using Mandate.Audit.Recording;
using Mandate.Audit.Records;
using Mandate.Credentials.Vault;
using Mandate.Hosting;

namespace Mandate.Auditing;

/// <summary>
/// Records what was done to the keys of the vault. Commands do it, which cannot write the ledger while a service does; so each change waits in the vault, from the moment it is made, for the
/// first service that records it. It is forgotten there after it is in the ledger: a service that dies in between makes the next one record it again.
/// </summary>
internal sealed partial class VaultKeyAudit : IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private readonly VaultKeyRotation _keys;
    private readonly AuditRecorder _recorder;
    private readonly LedgerHealth _health;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _run;

    public VaultKeyAudit(VaultKeyRotation keys, AuditRecorder recorder, LedgerHealth health, ILoggerFactory loggers, TimeProvider? time = null)
    {
        (_keys, _recorder, _health, _time, _logger) = (keys, recorder, health, time ?? TimeProvider.System, loggers.CreateLogger<VaultKeyAudit>());
        _run = RunAsync();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _run;
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                await RecordAsync();
            }
            catch (AuditUnavailableException)
            {
                _health.Failed();
            }
            catch (CredentialException e)
            {
                LogNotRead(e);
            }
            catch (OperationCanceledException) when (_stop.IsCancellationRequested)
            {
                // Asked to stop.
            }

            await Task.Delay(Interval, _time, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task RecordAsync()
    {
        foreach (var change in await _keys.ChangesAsync(_stop.Token))
        {
            var record = new KeyChanged
            {
                Tenant = AuditLedger.SystemTenant,
                Actor = new("operator", change.By),
                KeyId = change.KeyId,
                Purpose = "vault",
                Verb = change.Verb,
                Entries = change.Entries > 0 ? change.Entries : null,
                Context = new Dictionary<string, string> { ["changedAt"] = change.At.ToString("O", System.Globalization.CultureInfo.InvariantCulture) },
            };
            // Once it is recorded it is forgotten, whoever asks to stop.
            await _recorder.RecordAsync(record.ToEntry(), CancellationToken.None);
            await _keys.ForgetAsync(change, CancellationToken.None);
        }
    }

    [LoggerMessage(EventId = 31, EventName = "KeyChangesNotRead", Level = LogLevel.Warning, Message = "Whether the keys of the vault of API tokens were changed could not be found out; it is tried again in seconds")]
    private partial void LogNotRead(Exception error);
}
