#include "app/commands/backup/backup_schedule.hpp"

#include <fmt/format.h>

namespace lightdash::app {
namespace {

constexpr std::string_view service_unit = R"(# --- /etc/systemd/system/lightdash-backup.service
# DATABASE_URL stands in /etc/lightdash/backup.env, readable by root alone. Then: systemctl daemon-reload &&
# systemctl enable --now lightdash-backup.timer
[Unit]
Description=Back up the database {database}
Wants=network-online.target
After=network-online.target

[Service]
Type=oneshot
EnvironmentFile=/etc/lightdash/backup.env
ExecStartPre={program} db wait 2m
ExecStart={program} backup {folder} --keep {keep}
Nice=10
IOSchedulingClass=idle
NoNewPrivileges=yes
ProtectSystem=strict
ReadWritePaths={place}
PrivateTmp=yes

# --- /etc/systemd/system/lightdash-backup.timer
[Unit]
Description=Back up the database {database} daily

[Timer]
OnCalendar=*-*-* 02:30:00
RandomizedDelaySec=15min
Persistent=true

[Install]
WantedBy=timers.target
)";

constexpr std::string_view cron_job = R"(
# --- kubectl apply -f lightdash-backup.yaml (the image needs postgresql-client, the claim and the secret must exist)
apiVersion: batch/v1
kind: CronJob
metadata:
  name: lightdash-backup
spec:
  schedule: "30 2 * * *"
  concurrencyPolicy: Forbid
  startingDeadlineSeconds: 3600
  successfulJobsHistoryLimit: 3
  failedJobsHistoryLimit: 3
  jobTemplate:
    spec:
      backoffLimit: 2
      template:
        spec:
          restartPolicy: Never
          containers:
            - name: backup
              image: lightdash-backend
              args: ["backup", "/backups/", "--keep", "{keep}"]
              env:
                - name: DATABASE_URL
                  valueFrom:
                    secretKeyRef:
                      name: lightdash
                      key: database-url
              volumeMounts:
                - name: backups
                  mountPath: /backups
          volumes:
            - name: backups
              persistentVolumeClaim:
                claimName: lightdash-backups
)";

// systemd.unit(5), "Specifiers"; a line end would end the setting.
std::string unit_text(std::string_view text)
{
    std::string made;
    for (const char c : text) {
        made += c == '\n' || c == '\r' ? ' ' : c;
        if (c == '%')
            made += '%';
    }
    return made;
}

// One word, also where blanks, quotes or backslashes are in it: systemd.syntax(7), "Quoting".
std::string unit_word(std::string_view text)
{
    static constexpr std::string_view plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./:@+,=";
    if (text.find_first_not_of(plain) == std::string_view::npos)
        return std::string{text};
    std::string made = "\"";
    for (const char c : text) {
        if (c == '\n' || c == '\r') {
            made += c == '\n' ? "\\n" : "\\r";
            continue;
        }
        if (c == '"' || c == '\\')
            made += '\\';
        made += c;
        if (c == '%')
            made += '%';
    }
    return made + '"';
}

// The same in a command line, whose variables are replaced: systemd.service(5), "Command Lines".
std::string argument_word(std::string_view text)
{
    std::string made;
    for (const char c : unit_word(text)) {
        made += c;
        if (c == '$')
            made += '$';
    }
    return made;
}

} // namespace

std::string schedule_text(const std::string& program, const std::string& database, const std::string& folder,
                          std::size_t keep)
{
    return fmt::format(fmt::runtime(service_unit), fmt::arg("database", unit_text(database)),
                       fmt::arg("program", unit_word(program)), fmt::arg("folder", argument_word(folder)),
                       fmt::arg("place", unit_word(folder)), fmt::arg("keep", keep)) +
           fmt::format(fmt::runtime(cron_job), fmt::arg("keep", keep));
}

} // namespace lightdash::app
