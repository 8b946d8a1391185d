using System.Security.Cryptography;
using Mandate.Audit;
using Mandate.Gateway.Auditing;
using Microsoft.Extensions.Logging;

namespace Mandate.Gateway.Authorization;

/// <summary>
/// The policy that holds now. The file is looked at regularly; a changed one takes effect for the calls after it, and one that cannot be used leaves the old policy in force and
/// says so in the log and the ledger.
/// </summary>
internal sealed partial class PolicyStore : IAsyncDisposable
{
    private readonly string? _path;
    private readonly GatewayAudit _audit;
    private readonly ILogger _logger;
    private readonly ITimer? _timer;
    private readonly SemaphoreSlim _reading = new(1);
    private byte[] _seen;
    private Policy _current;
    private string? _problem;

    private PolicyStore(string? path, Policy policy, byte[] seen, GatewayAudit audit, GatewayOptions options)
    {
        (_path, _current, _seen, _audit) = (path, policy, seen, audit);
        _logger = options.LoggerFactory.CreateLogger<PolicyStore>();
        if (path is not null)
            _timer = options.TimeProvider.CreateTimer(_ => _ = ReloadAsync(), null, options.PolicyReloadInterval, options.PolicyReloadInterval);
    }

    /// <summary>The policy that holds now.</summary>
    public Policy Current => Volatile.Read(ref _current);

    /// <exception cref="PolicyException">The file cannot be used, so nothing starts.</exception>
    public static async Task<PolicyStore> OpenAsync(GatewayOptions options, GatewayAudit audit, CancellationToken cancellation)
    {
        if (options.PolicyFile is not { } path)
            return new(null, PolicyReader.Default(), [], audit, options);
        var (bytes, hash) = await ReadFileAsync(path, cancellation).ConfigureAwait(false);
        return new(path, PolicyReader.Read(bytes, $"The policy file '{path}'"), hash, audit, options);
    }

    /// <summary>Looks at the file now.</summary>
    /// <returns>Whether another policy holds than before.</returns>
    public async Task<bool> ReloadAsync()
    {
        if (_path is null)
            return false;
        await _reading.WaitAsync().ConfigureAwait(false);
        try
        {
            var (bytes, hash) = await ReadFileAsync(_path, CancellationToken.None).ConfigureAwait(false);
            if (hash.AsSpan().SequenceEqual(_seen))
                return false;
            _seen = hash;
            var policy = PolicyReader.Read(bytes, $"The policy file '{_path}'");
            // First the record, then the effect: a policy that cannot be recorded does not come into force.
            await _audit.PolicyAsync(_path, Current.Fingerprint, policy.Fingerprint, problem: null).ConfigureAwait(false);
            Volatile.Write(ref _current, policy);
            _problem = null;
            LogReloaded(_path, policy.Fingerprint, policy.IsDryRun);
            return true;
        }
        catch (PolicyException e)
        {
            // Said once for each problem, not with each look at the file.
            if (e.Message == _problem)
                return false;
            _problem = e.Message;
            LogKept(e.Message, Current.Fingerprint);
            await RecordFailureAsync(e.Message).ConfigureAwait(false);
            return false;
        }
        catch (Exception e) when (e is AuditUnavailableException or Mandate.Protocol.RpcException)
        {
            _seen = [];
            LogKept(e.Message, Current.Fingerprint);
            return false;
        }
        finally
        {
            _reading.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_timer is not null)
            await _timer.DisposeAsync().ConfigureAwait(false);
    }

    private async Task RecordFailureAsync(string problem)
    {
        try
        {
            await _audit.PolicyAsync(_path!, Current.Fingerprint, Current.Fingerprint, problem).ConfigureAwait(false);
        }
        catch (Mandate.Protocol.RpcException)
        {
            // It is in the log; the next reload records again.
        }
    }

    private static async Task<(byte[] Bytes, byte[] Hash)> ReadFileAsync(string path, CancellationToken cancellation)
    {
        try
        {
            var bytes = await File.ReadAllBytesAsync(path, cancellation).ConfigureAwait(false);
            return (bytes, SHA256.HashData(bytes));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PolicyException($"The policy file '{path}' cannot be read: {e.Message}", e);
        }
    }
}
