using System.Net;
using Mandate.Engine;
using Mandate.Identity;
using Mandate.Identity.Callers;

namespace Mandate.Configuration;

/// <summary>Checks settings before anything starts. Every message names the setting, what is wrong with it and what to do.</summary>
internal sealed partial class OptionsValidator
{
    private readonly MandateOptions _options;
    private readonly List<string> _errors = [];

    private OptionsValidator(MandateOptions options) => _options = options;

    /// <summary>Checks what <c>mandate up</c> needs.</summary>
    /// <exception cref="ConfigurationException">At least one setting is wrong; all of them are named.</exception>
    public static void ForService(MandateOptions options)
    {
        var check = new OptionsValidator(options);
        check.Common();
        check.Audit();
        check.Rest();
        check.Grpc();
        check.Authentication();
        check.Codec();
        check.Development();
        check.Workflows();
        check.Throw();
    }

    /// <summary>Checks what <c>mandate gateway</c> needs.</summary>
    /// <exception cref="ConfigurationException">At least one setting is wrong; all of them are named.</exception>
    public static void ForGateway(MandateOptions options)
    {
        var check = new OptionsValidator(options);
        check.Common();
        check.Audit();
        if (string.IsNullOrWhiteSpace(options.Temporal.Address))
            check.Wrong("Temporal:Address", "is required for a gateway: the address of the cluster it stands in front of (--upstream, TEMPORAL_ADDRESS).");
        if (options.Development.IdentityProvider)
            check.Wrong("Development:IdentityProvider", "runs with `mandate up` only: name its address in Mandate:Authentication:Authority.");
        check.Listener();
        check.Authentication();
        check.Development();
        check.Throw();
    }

    /// <summary>Checks what <c>mandate worker</c> needs.</summary>
    /// <exception cref="ConfigurationException">At least one setting is wrong; all of them are named.</exception>
    public static void ForWorker(MandateOptions options)
    {
        var check = new OptionsValidator(options);
        check.Common();
        if (string.IsNullOrWhiteSpace(options.Temporal.Address))
            check.Wrong("Temporal:Address", "is required for a worker on its own: the address of the service's gRPC listener or of the cluster (TEMPORAL_ADDRESS).");
        if (check.Required("Identity:KeysAddress", options.Identity.KeysAddress, "the address of the service's /.well-known/jwks.json, with which signed principals are verified"))
            check.SecureAddress("Identity:KeysAddress", options.Identity.KeysAddress!);
        if (options.Workers.Count == 0)
            check.Wrong("Workers:0:Assembly", "is required: a worker needs at least one assembly to run.");
        check.Throw();
    }

    private void Common()
    {
        Required("DataDirectory", _options.DataDirectory, "a directory for the store, the ledger and the keys");
        if (Required("Temporal:Namespace", _options.Temporal.Namespace, "the namespace of every run") && _options.Temporal.Namespace.Length > 255)
            Wrong("Temporal:Namespace", "is longer than 255 characters.");
        Required("Identity:Issuer", _options.Identity.Issuer, "the name that signed principals carry as their issuer");
        MustExist("Payloads:KeyFile", _options.Payloads.KeyFile);
        SystemPrincipal();
        Gateway();
        WorkerAuthentication();
        Credentials();
        Services();
        ApiTokens();
        Workers();
        Telemetry();
    }

    private void Telemetry()
    {
        var telemetry = _options.Telemetry;
        if (telemetry.OtlpEndpoint is { } endpoint)
        {
            // A key for the collector must not travel in clear; measurements may, within a cluster.
            if (telemetry.OtlpHeadersFile is not null)
                SecureAddress("Telemetry:OtlpEndpoint", endpoint);
            else if (!Uri.TryCreate(endpoint, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https"))
                Wrong("Telemetry:OtlpEndpoint", "must be an address such as http://localhost:4317.");
        }
        else if (telemetry.OtlpHeadersFile is not null)
        {
            foreach (var variable in TelemetryOptions.EndpointVariables)
            {
                if (Environment.GetEnvironmentVariable(variable) is { Length: > 0 } named && InsecureAddress(named) is { } problem)
                    _errors.Add($"{variable} {problem}");
            }
        }

        MustExist("Telemetry:OtlpHeadersFile", telemetry.OtlpHeadersFile);
        if (telemetry.OtlpProtocol is not (null or "grpc" or "http/protobuf"))
            Wrong("Telemetry:OtlpProtocol", "must be grpc or http/protobuf.");
        if (telemetry.SampleRatio is not (>= 0 and <= 1))
            Wrong("Telemetry:SampleRatio", "must be between 0 and 1.");
        if (telemetry.MetricsEvery < TimeSpan.FromSeconds(1) || telemetry.MetricsEvery > TimeSpan.FromHours(1))
            Wrong("Telemetry:MetricsEvery", "must be between 00:00:01 and 01:00:00.");
    }

    private void SearchAttributes()
    {
        for (var i = 0; i < _options.Engine.SearchAttributes.Count; i++)
        {
            var setting = $"Engine:SearchAttributes:{i}";
            if (SearchAttributeSetting.Parse(_options.Engine.SearchAttributes[i], out var problem) is not { } attribute)
                Wrong(setting, problem);
            else if (EngineOptions.RefuseSearchAttribute(attribute.Name, attribute.Type) is { } refusal)
                Wrong(setting, $"cannot be honoured. {refusal}");
            else if (_options.Engine.SearchAttributes.Take(i).Any(s => SearchAttributeSetting.Parse(s, out _)?.Name == attribute.Name))
                Wrong(setting, $"names '{attribute.Name}' again. An attribute has one type.");
        }
    }

    private void Development()
    {
        if (_options.Development.AnonymousCallers && _options.IsProduction)
            Wrong("Development:AnonymousCallers", $"is refused in the environment '{_options.Environment}': it lets everybody on this machine do everything. " +
                "Give workers and clients tokens, API keys or certificates, or set MANDATE_ENVIRONMENT=Development on a development machine.");
        if (!_options.Development.IdentityProvider)
            return;
        if (_options.IsProduction)
            Wrong("Development:IdentityProvider", $"is refused in the environment '{_options.Environment}': it gives a token to everybody who asks. " +
                "Set Mandate:Authentication:Authority to a real identity provider, or MANDATE_ENVIRONMENT=Development on a development machine.");
        if (!ListenAddress.TryParse(_options.Development.IdentityProviderAddress, out var address, out var problem))
            Wrong("Development:IdentityProviderAddress", problem);
        else if (!IPAddress.IsLoopback(address.EndPoint.Address) || address.IsHttps)
            Wrong("Development:IdentityProviderAddress", "must be an http address on loopback: the development identity provider is for this machine alone.");
    }

    private void Audit()
    {
        var audit = _options.Audit;
        if (audit is { ConnectionString: not null, ConnectionStringFile: not null })
            Wrong("Audit:ConnectionStringFile", "and Mandate:Audit:ConnectionString exclude each other: set one.");
        MustExist("Audit:ConnectionStringFile", audit.ConnectionStringFile);
        if (audit.BufferCapacity < 1)
            Wrong("Audit:BufferCapacity", "must be at least 1.");
        if (audit.Checkpoints.EveryEvents < 1)
            Wrong("Audit:Checkpoints:EveryEvents", "must be at least 1.");
        if (audit.Checkpoints.Every < TimeSpan.FromSeconds(1) || audit.Checkpoints.Every > TimeSpan.FromDays(1))
            Wrong("Audit:Checkpoints:Every", "must be between 00:00:01 and 1.00:00:00.");
        if (audit.Checkpoints.Address is { } address)
            SecureAddress("Audit:Checkpoints:Address", address);
        if (audit.Checkpoints.S3 is { } s3)
        {
            if (Required("Audit:Checkpoints:S3:Endpoint", s3.Endpoint, "the address of the object store"))
                SecureAddress("Audit:Checkpoints:S3:Endpoint", s3.Endpoint!);
            Required("Audit:Checkpoints:S3:Bucket", s3.Bucket, "the bucket");
            Required("Audit:Checkpoints:S3:AccessKeyId", s3.AccessKeyId, "the id of the access key");
            if (Required("Audit:Checkpoints:S3:SecretAccessKeyFile", s3.SecretAccessKeyFile, "a file with the access key's secret"))
                MustExist("Audit:Checkpoints:S3:SecretAccessKeyFile", s3.SecretAccessKeyFile);
        }

        if (audit.Streams.WebhookAddress is { } webhook)
        {
            SecureAddress("Audit:Streams:WebhookAddress", webhook);
            if (Required("Audit:Streams:WebhookKeyFile", audit.Streams.WebhookKeyFile, "a file with the key the webhook is signed with, in base64"))
                MustExist("Audit:Streams:WebhookKeyFile", audit.Streams.WebhookKeyFile);
        }

        if (audit.Streams.OtlpEndpoint is { } otlp)
            SecureAddress("Audit:Streams:OtlpEndpoint", otlp);
        if (audit.KeepFor is { } keep)
        {
            if (keep < TimeSpan.FromDays(1))
                Wrong("Audit:KeepFor", "must be at least 1.00:00:00.");
            Required("Audit:ArchiveDirectory", audit.ArchiveDirectory, "the directory events are exported to before they are removed");
        }
    }

    private void SystemPrincipal()
    {
        if (_options.Identity.AllowSystemPrincipal is not { } system)
            return;
        Required("Identity:AllowSystemPrincipal:User", system.User, "the user that runs without a signed principal act for");
        Required("Identity:AllowSystemPrincipal:Tenant", system.Tenant, "the tenant that runs without a signed principal belong to");
    }

    private void Workers()
    {
        for (var i = 0; i < _options.Workers.Count; i++)
        {
            Required($"Workers:{i}:Assembly", _options.Workers[i].Assembly, "the path of an assembly with workflows or activities");
            Required($"Workers:{i}:TaskQueue", _options.Workers[i].TaskQueue, "the task queue to poll");
            if (_options.Workers[i].MaxConcurrentActivities < 1)
                Wrong($"Workers:{i}:MaxConcurrentActivities", "must be at least 1.");
            if (_options.Workers[i].MaxConcurrentWorkflowTasks < 1)
                Wrong($"Workers:{i}:MaxConcurrentWorkflowTasks", "must be at least 1.");
            if (_options.Workers[i].StickyTimeout <= TimeSpan.Zero)
                Wrong($"Workers:{i}:StickyTimeout", "must be more than 00:00:00.");
            if (_options.Workers[i].ShutdownGrace < TimeSpan.Zero)
                Wrong($"Workers:{i}:ShutdownGrace", "must not be negative.");
        }
    }

    private void Workflows()
    {
        foreach (var (type, workflow) in _options.Workflows)
            Required($"Workflows:{type}:TaskQueue", workflow.TaskQueue, "the task queue of the worker that runs this type");
    }

    private bool IsCleartext(string address)
    {
        var isTls = _options.Temporal is { Tls: true } or { AuthoritiesFile: not null } or { ClientCertificateFile: not null } or { ServerName: not null };
        var hasScheme = address.Contains("://", StringComparison.Ordinal);
        return !isTls && Uri.TryCreate(hasScheme ? address : $"http://{address}", UriKind.Absolute, out var uri) && uri.Scheme == Uri.UriSchemeHttp && !uri.IsLoopback;
    }

    private bool Required(string setting, string? value, string meaning)
    {
        if (!string.IsNullOrWhiteSpace(value))
            return true;
        Wrong(setting, $"is required: {meaning}.");
        return false;
    }

    /// <summary>Tokens and keys travel on these addresses: only TLS, or a connection that does not leave the machine.</summary>
    private void SecureAddress(string setting, string value)
    {
        if (InsecureAddress(value) is { } problem)
            Wrong(setting, problem);
    }

    /// <summary>What is wrong with an address that something secret is sent to; null where nothing is.</summary>
    private static string? InsecureAddress(string value) => !Uri.TryCreate(value, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https") ? "is not an absolute http(s) address."
        : uri.UserInfo.Length > 0 ? "must not contain a user name or password."
        : uri.Scheme == "http" && !uri.IsLoopback ? $"'{uri.Host}' must be reached by https: http is accepted for loopback only."
        : null;

    private void MustExist(string setting, string? file)
    {
        if (file is not null && !File.Exists(file))
            Wrong(setting, $"names the file '{file}', which does not exist.");
    }

    private void Wrong(string setting, string what) => _errors.Add($"{MandateOptions.Section}:{setting} {what}");

    private void Throw()
    {
        if (_errors.Count > 0)
            throw new ConfigurationException(_errors);
    }
}
