using Mandate.Identity;
using Mandate.Rest.Endpoints;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Mandate.OpenApi;

/// <summary>Describes the REST API in <c>/openapi/v1.json</c>.</summary>
internal static class OpenApiSetup
{
    private const string Bearer = "bearer";
    private const string ApiKey = "apiKey";

    public static IServiceCollection AddApiDescription(this IServiceCollection services) => services.AddOpenApi("v1", options =>
    {
        options.AddDocumentTransformer((document, _, _) =>
        {
            document.Info = new OpenApiInfo
            {
                Title = "Mandate",
                Version = "v1",
                Description = "Runs durable workflows for people, and answers for each step who asked, with which credentials, with what proof. Errors are problem details of RFC 9457.",
            };
            document.Components ??= new OpenApiComponents();
            document.Components.SecuritySchemes ??= new Dictionary<string, IOpenApiSecurityScheme>();
            document.Components.SecuritySchemes[Bearer] = new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.Http,
                Scheme = "bearer",
                BearerFormat = "JWT",
                Description = "An access token of the configured identity provider, for this service's audience, with a user and a tenant.",
            };
            document.Components.SecuritySchemes[ApiKey] = new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.ApiKey,
                In = ParameterLocation.Header,
                Name = IdentityHeaders.ApiKey,
                Description = "An API key, made with `mandate api-keys create`, instead of an access token.",
            };
            return Task.CompletedTask;
        });
        options.AddOperationTransformer(DescribeOperationAsync);
    });

    private static async Task DescribeOperationAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellation)
    {
        var metadata = context.Description.ActionDescriptor.EndpointMetadata;
        if (!metadata.OfType<IAllowAnonymous>().Any())
        {
            foreach (var scheme in (string[])[Bearer, ApiKey])
                (operation.Security ??= []).Add(new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(scheme, context.Document)] = [] });
        }

        foreach (var name in metadata.OfType<QueryParameters>().SelectMany(q => q.Names))
        {
            (operation.Parameters ??= []).Add(new OpenApiParameter
            {
                Name = name,
                In = ParameterLocation.Query,
                Schema = new OpenApiSchema { Type = name == "limit" ? JsonSchemaType.Integer : JsonSchemaType.String },
            });
        }

        foreach (var body in metadata.OfType<DescribedBody>())
        {
            var schema = await context.GetOrCreateSchemaAsync(body.Type, cancellationToken: cancellation);
            operation.RequestBody = new OpenApiRequestBody
            {
                Required = body.IsRequired,
                Content = new Dictionary<string, OpenApiMediaType> { ["application/json"] = new() { Schema = schema } },
            };
        }

        // Ids are read from the raw path, so the framework does not see these as parameters.
        foreach (var segment in (context.Description.RelativePath ?? "").Split('/').Where(s => s is ['{', .., '}']).Select(s => s[1..^1]))
        {
            operation.Parameters ??= [];
            if (!operation.Parameters.Any(p => p.Name == segment))
                operation.Parameters.Add(new OpenApiParameter { Name = segment, In = ParameterLocation.Path, Required = true, Schema = new OpenApiSchema { Type = JsonSchemaType.String } });
        }
    }
}
