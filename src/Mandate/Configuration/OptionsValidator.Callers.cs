using System.Net;
using Mandate.Identity;
using Mandate.Identity.Callers;

namespace Mandate.Configuration;

/// <content>Where callers come in, and how they are known.</content>
internal sealed partial class OptionsValidator
{
    private void Rest()
    {
        if (ListenAddress.TryParse(_options.Rest.Address, out var address, out var problem))
        {
            var hasCertificate = _options.Rest.CertificateFile is not null && _options.Rest.CertificateKeyFile is not null;
            if (address.IsHttps && !hasCertificate)
                Wrong("Rest:CertificateFile", "and Mandate:Rest:CertificateKeyFile are required for an https address: two PEM files.");
            if (!address.IsHttps && (_options.Rest.CertificateFile ?? _options.Rest.CertificateKeyFile) is not null)
                Wrong("Rest:CertificateFile", "has no use with an http address. Listen on https, or remove it.");
            MustExist("Rest:CertificateFile", _options.Rest.CertificateFile);
            MustExist("Rest:CertificateKeyFile", _options.Rest.CertificateKeyFile);
        }
        else
        {
            Wrong("Rest:Address", problem);
        }
    }

    private void Grpc()
    {
        if (_options.Engine.Retention < TimeSpan.Zero)
            Wrong("Engine:Retention", "must not be negative; 00:00:00 keeps closed runs for good.");
        SearchAttributes();
        if (_options.Engine.MaxOpenRuns < 1)
            Wrong("Engine:MaxOpenRuns", "must be 1 or more.");
        if (_options.Engine.MaxRunMemory is < 16)
            Wrong("Engine:MaxRunMemory", "must be 16 or more: it is in MiB. Unset, it is half of what the process may use.");
        if (_options.Grpc.MaxInFlight is < 4)
            Wrong("Grpc:MaxInFlight", "must be 4 or more: it is in MiB, and one request may have 4.");
        if (_options.Grpc.Enabled && _options.Temporal.Address is null)
            Listener();
    }

    private void Listener()
    {
        if (!IPEndPoint.TryParse(_options.Grpc.Address, out var endPoint) || !_options.Grpc.Address.Contains(':', StringComparison.Ordinal))
            Wrong("Grpc:Address", $"'{_options.Grpc.Address}' is not an IP address with a port, such as 127.0.0.1:7233.");
        else if (!IPAddress.IsLoopback(endPoint.Address) && _options.Grpc.CertificateFile is null && !_options.Grpc.AllowRemoteClients)
            Wrong("Grpc:Address", $"'{_options.Grpc.Address}' is reachable from other machines, and callers' tokens would travel in clear. " +
                "Set Mandate:Grpc:CertificateFile and Mandate:Grpc:CertificateKeyFile, use a loopback address, or set Mandate:Grpc:AllowRemoteClients=true if the network protects them.");
        else if (!IPAddress.IsLoopback(endPoint.Address) && _options.Development.AnonymousCallers)
            Wrong("Development:AnonymousCallers", $"needs a loopback address in Mandate:Grpc:Address, not '{_options.Grpc.Address}'.");
        if (_options.Grpc.CertificateFile is null != _options.Grpc.CertificateKeyFile is null)
            Wrong("Grpc:CertificateFile", "and Mandate:Grpc:CertificateKeyFile belong together: two PEM files, or none.");
        MustExist("Grpc:CertificateFile", _options.Grpc.CertificateFile);
        MustExist("Grpc:CertificateKeyFile", _options.Grpc.CertificateKeyFile);
    }

    private void Authentication()
    {
        var authentication = _options.Authentication;
        var hasOther = authentication.Issuers.Count > 0 || authentication.ApiKeyFile is not null || authentication.ClientCertificates.AuthoritiesFile is not null;
        if (_options.Development.IdentityProvider)
        {
            if (authentication.Authority is not null)
                Wrong("Authentication:Authority", "must not be set together with Mandate:Development:IdentityProvider: the development identity provider is the authority then.");
        }
        else if (!hasOther)
        {
            Required("Authentication:Authority", authentication.Authority,
                "the address of the identity provider whose tokens callers bring (or run `mandate up --development` to have one for development)");
            Required("Authentication:Audience", authentication.Audience, "the audience that tokens for this service carry");
        }

        foreach (var (setting, issuer) in authentication.AllIssuers())
            Issuer(setting, issuer);
        ClientCertificates();
        Required("Authentication:WorkerScope", authentication.WorkerScope, "the scope that makes a token that of a worker");
        if (authentication.ClockSkew < TimeSpan.Zero || authentication.ClockSkew > TimeSpan.FromMinutes(10))
            Wrong("Authentication:ClockSkew", "must be between 00:00:00 and 00:10:00.");
        if (authentication.KeyRefreshInterval < TimeSpan.FromSeconds(1) || authentication.KeyRefreshInterval > TimeSpan.FromHours(24))
            Wrong("Authentication:KeyRefreshInterval", "must be between 00:00:01 and 1.00:00:00.");
    }

    private void Issuer(string setting, IssuerOptions issuer)
    {
        if (Required($"{setting}:Authority", issuer.Authority, "the address of the identity provider"))
            SecureAddress($"{setting}:Authority", issuer.Authority!);
        Required($"{setting}:Audience", issuer.Audience ?? _options.Authentication.Audience, "the audience that its tokens for this service carry");
        foreach (var algorithm in issuer.Algorithms.Where(a => !TokenIssuerOptions.KnownAlgorithms.Contains(a, StringComparer.Ordinal)))
            Wrong($"{setting}:Algorithms", $"'{algorithm}' is not acceptable. Choose among {string.Join(", ", TokenIssuerOptions.KnownAlgorithms)}.");
        if (issuer.UserClaims.Exists(string.IsNullOrWhiteSpace))
            Wrong($"{setting}:UserClaims", "has an empty claim name.");
        Required($"{setting}:TenantClaim", issuer.TenantClaim, "the claim that holds the tenant");
    }

    private void Codec()
    {
        if (!_options.Codec.Enabled)
            return;
        if (_options.Payloads.KeyFile is null)
            Wrong("Codec:Enabled", "needs Mandate:Payloads:KeyFile: without keys there is nothing to decode.");
        Required("Codec:Scope", _options.Codec.Scope, "the scope that lets a caller read encrypted payloads");
        foreach (var origin in _options.Codec.AllowedOrigins)
        {
            if (!Uri.TryCreate(origin, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https") || origin != uri.GetLeftPart(UriPartial.Authority))
                Wrong("Codec:AllowedOrigins", $"'{origin}' is no origin, such as https://temporal.example.com: a scheme, a host, and a port where it is not the usual one.");
        }
    }

    private void ClientCertificates()
    {
        var certificates = _options.Authentication.ClientCertificates;
        MustExist("Authentication:ClientCertificates:AuthoritiesFile", certificates.AuthoritiesFile);
        if (certificates.AuthoritiesFile is null && certificates.Callers.Count > 0)
            Wrong("Authentication:ClientCertificates:AuthoritiesFile", "is required: the authorities that issue the certificates of the callers named.");
        for (var i = 0; i < certificates.Callers.Count; i++)
        {
            var caller = certificates.Callers[i];
            Required($"Authentication:ClientCertificates:Callers:{i}:Name", caller.Name, "the URI or DNS name in the certificate");
            Required($"Authentication:ClientCertificates:Callers:{i}:Subject", caller.Subject, "the user, or the name of the service or worker");
            if (caller.Kind is CallerKind.User)
                Required($"Authentication:ClientCertificates:Callers:{i}:Tenant", caller.Tenant, "the user's tenant");
        }
    }

    private void Gateway()
    {
        MustExist("Gateway:PolicyFile", _options.Gateway.PolicyFile);
        Required("Gateway:TenantAttribute", _options.Gateway.TenantAttribute, "the search attribute that holds a run's tenant");
        var temporal = _options.Temporal;
        MustExist("Temporal:AuthoritiesFile", temporal.AuthoritiesFile);
        MustExist("Temporal:ClientCertificateFile", temporal.ClientCertificateFile);
        MustExist("Temporal:ClientKeyFile", temporal.ClientKeyFile);
        MustExist("Temporal:ApiKeyFile", temporal.ApiKeyFile);
        if (temporal is { ApiKey: not null, ApiKeyFile: not null })
            Wrong("Temporal:ApiKeyFile", "and Mandate:Temporal:ApiKey exclude each other: set one.");
    }
}
