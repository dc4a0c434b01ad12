# A control silo. Two targets:
#   silo      with the device program (CPU), which a silo asks whenever a job is submitted: what can be run, and is the data there
#   control   without it and without libtorch: it has a silo of the first target check jobs, of which a cluster needs one
# docker build -f deploy/containers/control.Dockerfile --target silo -t autoselect-silo .
FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
WORKDIR /source
COPY . .
ENV DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
RUN dotnet publish src/AutoSelect.Host -c Release -o /out/autoselect \
 && dotnet publish src/AutoSelect.Device -c Release -o /out/device

# The HTTP API needs ASP.NET Core.
FROM mcr.microsoft.com/dotnet/aspnet:10.0 AS control
WORKDIR /opt/autoselect
COPY --from=build /out/autoselect .
# Data sets and what inspections found go below XDG_DATA_HOME. Without diagnostics nothing is written outside of the volumes.
ENV XDG_DATA_HOME=/var/lib/autoselect/data DOTNET_EnableDiagnostics=0 DOTNET_TieredPGO=0
RUN install -d -o "$APP_UID" -g "$APP_UID" /var/lib/autoselect /srv/autoselect
USER $APP_UID
VOLUME ["/var/lib/autoselect", "/srv/autoselect"]
# 8443 the HTTP API, 11111 other silos.
EXPOSE 8443 11111
ENTRYPOINT ["dotnet", "/opt/autoselect/autoselect.dll"]
CMD ["serve", "--store", "/var/lib/autoselect", "--shared", "/srv/autoselect"]

FROM control AS silo
COPY --from=build /out/device device
