using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Mandate.Aws;
using Mandate.Credentials.Json;
using Mandate.Credentials.Stores;
using Mandate.Credentials.Stores.Aws;

namespace Mandate.Credentials;

/// <summary>AWS Secrets Manager, read by its HTTP API. A secret that is a JSON object, as the console makes them, has its members as values; any other one has one value.</summary>
public sealed class AwsSecretsManagerStore : ISecretStore, IDisposable
{
    private const string Service = "secretsmanager";

    private readonly AwsSecretsManagerOptions _options;
    private readonly Uri _endpoint;
    private readonly TimeProvider _time;
    private readonly StoreHttp _http;
    private readonly AwsCredentialFinder _credentials;

    /// <summary>Creates a store; nothing is asked yet.</summary>
    /// <param name="options">Where it is.</param>
    /// <param name="handler">Sends the requests, and is not disposed; null for an own one.</param>
    /// <param name="time">The clock, which signatures depend on; null for the system's.</param>
    /// <exception cref="ArgumentException">The options are not usable.</exception>
    public AwsSecretsManagerStore(AwsSecretsManagerOptions options, HttpMessageHandler? handler = null, TimeProvider? time = null)
    {
        if (options.Region.Length == 0 || !options.Region.All(c => char.IsAsciiLetterOrDigit(c) || c == '-'))
            throw new ArgumentException("The region of AWS Secrets Manager is missing or none, such as eu-central-1.", nameof(options));
        _options = options;
        _endpoint = options.Endpoint ?? new Uri($"https://{Service}.{options.Region}.amazonaws.com/");
        StoreHttp.RequireSecure(_endpoint, allowCleartext: false, "AWS Secrets Manager", nameof(options));
        _time = time ?? TimeProvider.System;
        _http = new("AWS Secrets Manager", options.Timeout, handler, _time);
        _credentials = new(options, _http, _time);
    }

    /// <inheritdoc/>
    public string Name => $"AWS Secrets Manager {_options.Region}";

    /// <inheritdoc/>
    public async ValueTask<SecretBundle?> ReadAsync(string name, CancellationToken cancellation = default)
    {
        var credentials = await _credentials.GetAsync(cancellation).ConfigureAwait(false);
        var content = JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, string> { ["SecretId"] = name });
        var request = new HttpRequestMessage(HttpMethod.Post, _endpoint) { Content = new ByteArrayContent(content) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/x-amz-json-1.1");
        request.Headers.TryAddWithoutValidation("X-Amz-Target", "secretsmanager.GetSecretValue");
        SignatureV4.Sign(
            request, content, new(credentials.AccessKeyId, credentials.SecretAccessKey.Reveal(), credentials.SessionToken?.Reveal()), _options.Region, Service, _time.GetUtcNow());
        var (status, body) = await _http.SendAsync(request, cancellation).ConfigureAwait(false);
        using var answer = JsonBody.Parse(body);
        if (status is HttpStatusCode.OK)
            return Bundle(name, answer);
        return ErrorCode(answer) switch
        {
            "ResourceNotFoundException" => null,
            "AccessDeniedException" => throw new SecretStoreException("AWS refuses: allow secretsmanager:GetSecretValue on this secret to the role, and kms:Decrypt if it has a key of its own", isTransient: false),
            "UnrecognizedClientException" or "InvalidSignatureException" or "ExpiredTokenException" or "IncompleteSignature" or "InvalidClientTokenId" =>
                throw new SecretStoreException("AWS does not accept the AWS credentials; check them, and this machine's clock", isTransient: false),
            "ThrottlingException" or "InternalServiceError" => throw new SecretStoreException("AWS Secrets Manager is in trouble itself", isTransient: true),
            _ => throw new SecretStoreException($"AWS Secrets Manager answered {(int)status}", StoreHttp.IsTransient(status)),
        };
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private static SecretBundle? Bundle(string name, JsonDocument? answer)
    {
        if (answer is null || JsonBody.Text(answer.RootElement, "SecretString") is not { } text)
            throw new SecretStoreException("AWS Secrets Manager's answer holds no SecretString; binary secrets are not read", isTransient: false);
        if (text.Length == 0)
            return null;
        return SecretBundle.FromJson(Encoding.UTF8.GetBytes(text)) ?? new([new(name, new Secret(text))]);
    }

    /// <summary>The name of the error, with or without the namespace before it.</summary>
    private static string? ErrorCode(JsonDocument? answer) => answer is null ? null : JsonBody.Text(answer.RootElement, "__type")?.Split('#')[^1];
}
